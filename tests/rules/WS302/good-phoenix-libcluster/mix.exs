defmodule Chat.MixProject do
  use Mix.Project

  def project do
    [
      app: :chat,
      deps: [
        {:phoenix, "~> 1.7.14"}
      ]
    ]
  end
end
