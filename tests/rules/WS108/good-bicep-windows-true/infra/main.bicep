resource plan 'Microsoft.Web/serverfarms@2023-12-01' = {
  name: 'chat'
  location: resourceGroup().location
  sku: { name: 'B1' }
  properties: {}
}

resource site 'Microsoft.Web/sites@2023-12-01' = {
  name: 'chat'
  location: resourceGroup().location
  kind: 'app'
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    siteConfig: {
      alwaysOn: true
      http20Enabled: false
      webSocketsEnabled: true
    }
  }
}
