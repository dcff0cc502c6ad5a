require "rails/all"

module Chat
  class Application < Rails::Application
  end
end
