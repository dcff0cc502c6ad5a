import * as cdk from "aws-cdk-lib";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as patterns from "aws-cdk-lib/aws-ecs-patterns";
import { Construct } from "constructs";

export class ChatStack extends cdk.Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const web = new patterns.ApplicationLoadBalancedFargateService(this, "Web", {
      desiredCount: 3,
      taskImageOptions: { image: ecs.ContainerImage.fromAsset("."), containerPort: 3000 },
    });
    web.targetGroup.enableCookieStickiness(cdk.Duration.days(1));
  }
}
