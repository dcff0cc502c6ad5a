Rails.application.configure do
  config.action_cable.allow_same_origin_as_host = false
  config.action_cable.allowed_request_origins = ["http://chat.acme.org"]
end
