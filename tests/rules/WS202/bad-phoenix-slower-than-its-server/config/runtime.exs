import Config

config :chat, ChatWeb.Endpoint,
  url: [host: System.fetch_env!("PHX_HOST"), port: 443, scheme: "https"],
  http: [ip: {0, 0, 0, 0}, port: 4000],
  server: true
