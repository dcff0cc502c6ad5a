Rails.application.configure do
  config.action_cable.allowed_request_origins = [%r{https://\w+\.acme\.org}]
end
