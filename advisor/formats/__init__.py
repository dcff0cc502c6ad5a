"""One module per file format: text -> a document with places."""
