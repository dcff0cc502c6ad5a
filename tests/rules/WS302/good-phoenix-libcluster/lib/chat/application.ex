defmodule Chat.Application do
  use Application

  def start(_type, _args) do
    topologies = [k8s: [strategy: Cluster.Strategy.Kubernetes.DNS, config: [service: "chat-nodes", application_name: "chat"]]]

    children = [
      {Cluster.Supervisor, [topologies, [name: Chat.ClusterSupervisor]]},
      {Phoenix.PubSub, name: Chat.PubSub},
      ChatWeb.Endpoint
    ]

    Supervisor.start_link(children, strategy: :one_for_one)
  end
end
