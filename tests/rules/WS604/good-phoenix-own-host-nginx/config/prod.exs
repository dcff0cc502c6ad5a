import Config

config :chat, ChatWeb.Endpoint,
  url: [host: "chat.acme.org", port: 443, scheme: "https"],
  http: [port: 4000]
