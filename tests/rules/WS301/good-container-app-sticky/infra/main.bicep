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
        stickySessions: { affinity: 'sticky' }
      }
    }
    template: {
      containers: [
        { name: 'chat', image: 'chat.azurecr.io/chat:1', resources: { cpu: json('0.5'), memory: '1Gi' } }
      ]
      scale: { minReplicas: 2, maxReplicas: 4 }
    }
  }
}
