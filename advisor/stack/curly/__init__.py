"""Java, Kotlin and C#: what their grammars have in common, in one shape, for the readers of the JVM and of .NET."""
