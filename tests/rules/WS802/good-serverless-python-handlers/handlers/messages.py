import json

import boto3


def send(event, context):
    place = event["requestContext"]
    gateway = boto3.client("apigatewaymanagementapi", endpoint_url=f"https://{place['domainName']}/{place['stage']}")
    gateway.post_to_connection(ConnectionId=place["connectionId"], Data=json.loads(event["body"])["data"])
    return {"statusCode": 200}
