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

resource profile 'Microsoft.Cdn/profiles@2024-02-01' = {
  name: 'edge'
  location: 'global'
  sku: { name: 'Standard_AzureFrontDoor' }
}

resource endpoint 'Microsoft.Cdn/profiles/afdEndpoints@2024-02-01' = {
  parent: profile
  name: 'chat'
  location: 'global'
}

resource origins 'Microsoft.Cdn/profiles/originGroups@2024-02-01' = {
  parent: profile
  name: 'chat'
  properties: { loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3 } }
}

resource origin 'Microsoft.Cdn/profiles/originGroups/origins@2024-02-01' = {
  parent: origins
  name: 'chat'
  properties: { hostName: app.properties.configuration.ingress.fqdn }
}

resource pages 'Microsoft.Cdn/profiles/afdEndpoints/routes@2024-02-01' = {
  parent: endpoint
  name: 'pages'
  properties: {
    originGroup: { id: origins.id }
    patternsToMatch: ['/*']
    forwardingProtocol: 'HttpsOnly'
    cacheConfiguration: { queryStringCachingBehavior: 'IgnoreQueryString' }
  }
}

resource sockets 'Microsoft.Cdn/profiles/afdEndpoints/routes@2024-02-01' = {
  parent: endpoint
  name: 'sockets'
  properties: {
    originGroup: { id: origins.id }
    patternsToMatch: ['/ws']
    forwardingProtocol: 'HttpsOnly'
  }
}
