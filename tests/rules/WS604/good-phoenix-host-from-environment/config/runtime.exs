import Config

if config_env() == :prod do
  host = System.get_env("PHX_HOST") || "example.com"

  config :chat, ChatWeb.Endpoint,
    url: [host: host, port: 443, scheme: "https"],
    http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}, port: String.to_integer(System.get_env("PORT") || "8080")],
    server: true
end
