import * as aws from "@pulumi/aws";

const lb = new aws.lb.LoadBalancer("web", { loadBalancerType: "application" });
const group = new aws.lb.TargetGroup("web", { port: 8080, protocol: "HTTP", targetType: "ip" });
new aws.lb.Listener("web", {
  loadBalancerArn: lb.arn,
  port: 443,
  protocol: "HTTPS",
  defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
});
const task = new aws.ecs.TaskDefinition("web", {
  containerDefinitions: JSON.stringify([
    { name: "web", image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:latest", portMappings: [{ containerPort: 8080 }] },
  ]),
});
new aws.ecs.Service("web", {
  taskDefinition: task.arn,
  desiredCount: 1,
  launchType: "FARGATE",
  loadBalancers: [{ targetGroupArn: group.arn, containerName: "web", containerPort: 8080 }],
});
