Rails.application.routes.draw do
  resources :rooms, only: :show
end
