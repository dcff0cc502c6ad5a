import Config

config :chat, ChatWeb.Endpoint,
  url: [host: "localhost"],
  pubsub_server: Chat.PubSub
