import { LambdaMicroVMsClient } from "@aws-sdk/client-lambda-microvms";

export const client = new LambdaMicroVMsClient({ region: "us-east-1" });
