import Config

if config_env() == :prod do
  config :chat, ChatWeb.Endpoint,
    http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}, port: String.to_integer(System.get_env("PORT") || "8080")],
    server: true
end
