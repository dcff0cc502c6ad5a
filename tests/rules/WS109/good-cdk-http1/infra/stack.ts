import * as ecs from "aws-cdk-lib/aws-ecs";
import * as patterns from "aws-cdk-lib/aws-ecs-patterns";
import { ApplicationProtocolVersion } from "aws-cdk-lib/aws-elasticloadbalancingv2";

new patterns.ApplicationLoadBalancedFargateService(stack, "Web", {
  desiredCount: 1,
  protocolVersion: ApplicationProtocolVersion.HTTP1,
  taskImageOptions: { image: ecs.ContainerImage.fromAsset("."), containerPort: 3000 },
});
