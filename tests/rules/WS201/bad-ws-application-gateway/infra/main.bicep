resource app 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'chat'
  location: resourceGroup().location
  properties: {
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 3000
        transport: 'auto'
      }
    }
    template: {
      containers: [
        { name: 'chat', image: 'chat.azurecr.io/chat:1', resources: { cpu: json('0.5'), memory: '1Gi' } }
      ]
      scale: { minReplicas: 1, maxReplicas: 1 }
    }
  }
}

resource gateway 'Microsoft.Network/applicationGateways@2024-01-01' = {
  name: 'edge'
  location: resourceGroup().location
  properties: {
    sku: { name: 'Standard_v2', tier: 'Standard_v2', capacity: 2 }
    frontendPorts: [{ name: 'https', properties: { port: 443 } }]
    backendAddressPools: [
      { name: 'chat', properties: { backendAddresses: [{ fqdn: app.properties.configuration.ingress.fqdn }] } }
    ]
    backendHttpSettingsCollection: [
      { name: 'chat', properties: { port: 443, protocol: 'Https', requestTimeout: 60 } }
    ]
    httpListeners: [
      {
        name: 'https'
        properties: {
          protocol: 'Https'
          frontendPort: { id: resourceId('Microsoft.Network/applicationGateways/frontendPorts', 'edge', 'https') }
        }
      }
    ]
    requestRoutingRules: [
      {
        name: 'chat'
        properties: {
          ruleType: 'Basic'
          priority: 100
          httpListener: { id: resourceId('Microsoft.Network/applicationGateways/httpListeners', 'edge', 'https') }
          backendAddressPool: { id: resourceId('Microsoft.Network/applicationGateways/backendAddressPools', 'edge', 'chat') }
          backendHttpSettings: {
            id: resourceId('Microsoft.Network/applicationGateways/backendHttpSettingsCollection', 'edge', 'chat')
          }
        }
      }
    ]
  }
}
