defmodule Feed.MixProject do
  use Mix.Project

  def project do
    [
      app: :feed,
      deps: [
        {:bandit, "~> 1.5"},
        {:websock_adapter, "~> 0.5"}
      ]
    ]
  end
end
