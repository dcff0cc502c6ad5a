"""CloudFormation's resource types -> the shape in which the AWS readers take resources: kinds, and where their parts stand.

The readers know Terraform's names; a shape says under which property or attribute key each of them stands in a template, so
that both forms are read by the same code. Settings get the template's own keys back (``<type>.<property or attribute>``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from advisor.formats.document import Node

_ELB = "AWS::ElasticLoadBalancingV2"


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a kind's attributes stand in the properties of a type: paths of properties, and keys of its attribute list."""

    kind: str
    properties: dict[str, str] = field(default_factory=dict)
    """Attribute -> property path."""
    listed_in: str = ""
    """The property that lists attributes as ``Key`` and ``Value``."""
    listed: dict[str, str] = field(default_factory=dict)
    """Attribute path -> key in that list."""
    nested: Callable[[Node], dict[str, Node]] | None = None
    """Nested blocks."""
    keys: dict[str, str] = field(default_factory=dict)
    """Attribute path of a nested block -> the template's own key."""

    def body(self, properties: Node) -> Node:
        """The resource's body as the readers take it."""
        members: dict[str, Node] = {}
        for name, path in self.properties.items():
            found = properties.get(*path.split("."))
            if found is not None:
                _put(members, name, found)
        for name, key in self.listed.items():
            found = _listed(properties.get(self.listed_in), key)
            if found is not None:
                _put(members, name, found)
        if self.nested is not None:
            members.update(self.nested(properties))
        return Node(members, properties.place)

    def key(self, type_: str, attribute: str) -> str:
        """The template's own key of a setting."""
        own = {**self.properties, **self.listed, **self.keys}
        return f"{type_}.{own.get(attribute, attribute)}"


def _put(members: dict[str, Node], path: str, node: Node) -> None:
    first, _, rest = path.partition(".")
    if not rest:
        members[first] = node
        return
    block = members.setdefault(first, Node([Node({}, node.place)], node.place))
    inner = block.value[0].value if isinstance(block.value, list) else None
    if isinstance(inner, dict):
        _put(inner, rest, node)


def _listed(attributes: Node | None, key: str) -> Node | None:
    for each in attributes.each() if attributes is not None else ():
        name = each.get("Key")
        if name is not None and name.text() == key:
            return each.get("Value")
    return None


def _block(node: Node, names: dict[str, str]) -> Node:
    """A nested block: attribute -> property path."""
    found = {name: inner for name, path in names.items() if (inner := node.get(*path.split("."))) is not None}
    return Node({**found}, node.place)


def _blocks(properties: Node, path: str, names: dict[str, str]) -> Node:
    """The blocks that a property lists, each with these attributes."""
    found = properties.get(*path.split("."))
    members = [_block(each, names) for each in (found.each() if found is not None else ()) if isinstance(each.value, dict)]
    return Node([*members], found.place if found is not None else properties.place)


# ---------------------------------------------------------------- nested blocks


def _target_group(properties: Node) -> dict[str, Node]:
    """Health check and stickiness as blocks; stickiness that is not said to be on is off here (``TargetGroupAttribute``)."""
    found: dict[str, Node] = {}
    check = _block(properties, _CHECK)
    if check.value:
        path = properties.get("HealthCheckPath") or next(iter(check.value.values())) if isinstance(check.value, dict) else check
        found["health_check"] = Node([Node(check.value, (path.key_place or path.place))], path.place)
    sticky = {name: node for name, key in _STICKY.items() if (node := _listed(properties.get("TargetGroupAttributes"), key))}
    if sticky:
        place = next(iter(sticky.values())).place
        sticky.setdefault("enabled", Node(False, place))
        found["stickiness"] = Node([Node({**sticky}, place)], place)
    return found


def _listener(properties: Node) -> dict[str, Node]:
    return {"default_action": _actions(properties, "DefaultActions")}


def _rule(properties: Node) -> dict[str, Node]:
    conditions = properties.get("Conditions")
    members = [_condition(each) for each in (conditions.each() if conditions is not None else ()) if isinstance(each.value, dict)]
    return {"action": _actions(properties, "Actions"), "condition": Node([*members], properties.place)}


def _actions(properties: Node, path: str) -> Node:
    listed = properties.get(path)
    members = []
    for each in listed.each() if listed is not None else ():
        if isinstance(each.value, dict):
            action = dict(_block(each, {"type": "Type", "target_group_arn": "TargetGroupArn"}).items())
            if each.get("RedirectConfig") is not None:
                action["redirect"] = _blocks(each, "RedirectConfig", {"protocol": "Protocol", "port": "Port", "host": "Host"})
            if each.get("ForwardConfig") is not None:
                groups = _blocks(each, "ForwardConfig.TargetGroups", {"arn": "TargetGroupArn"})
                action["forward"] = Node([Node({"target_group": groups}, each.place)], each.place)
            members.append(Node(action, each.place))
    return Node([*members], properties.place)


def _condition(node: Node) -> Node:
    members = dict(_block(node, {"field": "Field", "values": "Values"}).items())
    for name, path in _CONDITIONS.items():
        if node.get(path) is not None:
            members[name] = _blocks(node, path, {"values": "Values", "http_header_name": "HttpHeaderName"})
    field_ = node.get("Field")
    text = field_.text() if field_ is not None else None
    if text in ("http-header", "query-string", "source-ip", "http-request-method"):
        members.setdefault(text.replace("-", "_"), Node([Node({}, node.place)], node.place))
    return Node(members, node.place)


def _service(properties: Node) -> dict[str, Node]:
    names = {"target_group_arn": "TargetGroupArn", "container_name": "ContainerName", "container_port": "ContainerPort"}
    names["elb_name"] = "LoadBalancerName"
    providers = _blocks(properties, "CapacityProviderStrategy", {"capacity_provider": "CapacityProvider"})
    return {"load_balancer": _blocks(properties, "LoadBalancers", names), "capacity_provider_strategy": providers}


def _security_group(properties: Node) -> dict[str, Node]:
    return {"ingress": _blocks(properties, "SecurityGroupIngress", _RANGE)}


def _record(properties: Node) -> dict[str, Node]:
    return {"alias": _blocks(properties, "AliasTarget", {"name": "DNSName"})}


def _distribution(properties: Node) -> dict[str, Node]:
    behaviour = {
        "path_pattern": "PathPattern",
        "target_origin_id": "TargetOriginId",
        "viewer_protocol_policy": "ViewerProtocolPolicy",
        "origin_request_policy_id": "OriginRequestPolicyId",
        "cache_policy_id": "CachePolicyId",
    }
    origins = properties.get("DistributionConfig", "Origins")
    listed = []
    for each in origins.each() if origins is not None else ():
        origin = dict(_block(each, {"origin_id": "Id", "domain_name": "DomainName"}).items())
        if each.get("CustomOriginConfig") is not None:
            names = {"origin_protocol_policy": "OriginProtocolPolicy"}
            origin["custom_origin_config"] = _blocks(each, "CustomOriginConfig", names)
        if each.get("S3OriginConfig") is not None:
            origin["s3_origin_config"] = Node([Node({}, each.place)], each.place)
        listed.append(Node(origin, each.place))
    return {
        "origin": Node([*listed], properties.place),
        "default_cache_behavior": _blocks(properties, "DistributionConfig.DefaultCacheBehavior", behaviour),
        "ordered_cache_behavior": _blocks(properties, "DistributionConfig.CacheBehaviors", behaviour),
    }


def _request_policy(properties: Node) -> dict[str, Node]:
    config = properties.get("OriginRequestPolicyConfig")
    return _header_list(config) if config is not None else {}


def _cache_policy(properties: Node) -> dict[str, Node]:
    inner = properties.get("CachePolicyConfig", "ParametersInCacheKeyAndForwardedToOrigin")
    if inner is None:
        return {}
    block = Node({**_header_list(inner)}, inner.place)
    return {"parameters_in_cache_key_and_forwarded_to_origin": Node([block], inner.place)}


def _header_list(config: Node) -> dict[str, Node]:
    """The headers and cookies of a policy."""
    found = {"cookies_config": _blocks(config, "CookiesConfig", {"cookie_behavior": "CookieBehavior"})}
    headers = config.get("HeadersConfig")
    if headers is not None:
        block = dict(_block(headers, {"header_behavior": "HeaderBehavior"}).items())
        if (listed := headers.get("Headers")) is not None:
            block["headers"] = Node([Node({"items": listed}, listed.place)], listed.place)
        found["headers_config"] = Node([Node({**block}, headers.place)], headers.place)
    return found


def _websocket(properties: Node) -> dict[str, Node]:
    return {"protocol_type": Node("WEBSOCKET", properties.place)}


def _http(properties: Node) -> dict[str, Node]:
    return {"protocol_type": Node("HTTP", properties.place)}


def _options(properties: Node) -> dict[str, Node]:
    return {"setting": _blocks(properties, "OptionSettings", {"namespace": "Namespace", "name": "OptionName", "value": "Value"})}


def _classic(properties: Node) -> dict[str, Node]:
    names = {"lb_port": "LoadBalancerPort", "lb_protocol": "Protocol", "instance_protocol": "InstanceProtocol"}
    return {"listener": _blocks(properties, "Listeners", names)}


_CHECK = {
    "path": "HealthCheckPath",
    "protocol": "HealthCheckProtocol",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "enabled": "HealthCheckEnabled",
    "matcher": "Matcher.HttpCode",
}
_STICKY = {
    "enabled": "stickiness.enabled",
    "type": "stickiness.type",
    "cookie_duration": "stickiness.lb_cookie.duration_seconds",
    "cookie_name": "stickiness.app_cookie.cookie_name",
}
_CONDITIONS = {
    "path_pattern": "PathPatternConfig",
    "host_header": "HostHeaderConfig",
    "http_header": "HttpHeaderConfig",
    "query_string": "QueryStringConfig",
    "source_ip": "SourceIpConfig",
    "http_request_method": "HttpRequestMethodConfig",
}
_RANGE = {"from_port": "FromPort", "to_port": "ToPort", "protocol": "IpProtocol"}

SHAPES: dict[str, Shape] = {
    f"{_ELB}::LoadBalancer": Shape(
        "aws_lb",
        {"load_balancer_type": "Type", "security_groups": "SecurityGroups"},
        "LoadBalancerAttributes",
        {
            "idle_timeout": "idle_timeout.timeout_seconds",
            "client_keep_alive": "client_keep_alive.seconds",
            "enable_http2": "routing.http2.enabled",
            "preserve_host_header": "routing.http.preserve_host_header.enabled",
            "xff_header_processing_mode": "routing.http.xff_header_processing.mode",
            "desync_mitigation_mode": "routing.http.desync_mitigation_mode",
            "drop_invalid_header_fields": "routing.http.drop_invalid_header_fields.enabled",
        },
    ),
    f"{_ELB}::TargetGroup": Shape(
        "aws_lb_target_group",
        {
            "port": "Port",
            "protocol": "Protocol",
            "protocol_version": "ProtocolVersion",
            "target_type": "TargetType",
            "target_control_port": "TargetControlPort",
        },
        "TargetGroupAttributes",
        {
            "deregistration_delay": "deregistration_delay.timeout_seconds",
            "slow_start": "slow_start.duration_seconds",
            "load_balancing_algorithm_type": "load_balancing.algorithm.type",
            "connection_termination": "deregistration_delay.connection_termination.enabled",
        },
        _target_group,
        {**{f"health_check.{name}": path for name, path in _CHECK.items()}, **{f"stickiness.{n}": k for n, k in _STICKY.items()}},
    ),
    f"{_ELB}::Listener": Shape(
        "aws_lb_listener",
        {"load_balancer_arn": "LoadBalancerArn", "port": "Port", "protocol": "Protocol", "certificate_arn": "Certificates"},
        "ListenerAttributes",
        {"tcp_idle_timeout_seconds": "tcp.idle_timeout.seconds"},
        _listener,
    ),
    f"{_ELB}::ListenerRule": Shape("aws_lb_listener_rule", {"listener_arn": "ListenerArn", "priority": "Priority"}, nested=_rule),
    "AWS::ElasticLoadBalancing::LoadBalancer": Shape(
        "aws_elb", {"idle_timeout": "ConnectionSettings.IdleTimeout"}, nested=_classic
    ),
    "AWS::ECS::Service": Shape(
        "aws_ecs_service",
        {
            "name": "ServiceName",
            "desired_count": "DesiredCount",
            "launch_type": "LaunchType",
            "task_definition": "TaskDefinition",
            "deployment_minimum_healthy_percent": "DeploymentConfiguration.MinimumHealthyPercent",
            "deployment_maximum_percent": "DeploymentConfiguration.MaximumPercent",
            "deployment_configuration.strategy": "DeploymentConfiguration.Strategy",
            "health_check_grace_period_seconds": "HealthCheckGracePeriodSeconds",
        },
        nested=_service,
    ),
    "AWS::ECS::TaskDefinition": Shape(
        "aws_ecs_task_definition",
        {"container_definitions": "ContainerDefinitions"},
        keys={"container_definitions.stopTimeout": "ContainerDefinitions.StopTimeout"},
    ),
    "AWS::ApplicationAutoScaling::ScalableTarget": Shape(
        "aws_appautoscaling_target", {"resource_id": "ResourceId", "min_capacity": "MinCapacity", "max_capacity": "MaxCapacity"}
    ),
    "AWS::AutoScaling::AutoScalingGroup": Shape(
        "aws_autoscaling_group",
        {
            "min_size": "MinSize",
            "max_size": "MaxSize",
            "desired_capacity": "DesiredCapacity",
            "target_group_arns": "TargetGroupARNs",
        },
    ),
    "AWS::EC2::Instance": Shape("aws_instance"),
    "AWS::EC2::SecurityGroup": Shape("aws_security_group", nested=_security_group),
    "AWS::EC2::SecurityGroupIngress": Shape(
        "aws_vpc_security_group_ingress_rule",
        {"security_group_id": "GroupId", "from_port": "FromPort", "to_port": "ToPort", "ip_protocol": "IpProtocol"},
    ),
    "AWS::ECR::Repository": Shape("aws_ecr_repository", {"name": "RepositoryName"}),
    "AWS::S3::Bucket": Shape("aws_s3_bucket"),
    "AWS::Route53::RecordSet": Shape(
        "aws_route53_record", {"name": "Name", "type": "Type", "records": "ResourceRecords"}, nested=_record
    ),
    "AWS::CloudFront::Distribution": Shape(
        "aws_cloudfront_distribution",
        {"aliases": "DistributionConfig.Aliases", "http_version": "DistributionConfig.HttpVersion"},
        nested=_distribution,
    ),
    "AWS::CloudFront::OriginRequestPolicy": Shape("aws_cloudfront_origin_request_policy", nested=_request_policy),
    "AWS::CloudFront::CachePolicy": Shape("aws_cloudfront_cache_policy", nested=_cache_policy),
    "AWS::ApiGatewayV2::Api": Shape(
        "aws_apigatewayv2_api",
        {"protocol_type": "ProtocolType", "route_selection_expression": "RouteSelectionExpression"},
    ),
    "AWS::ApiGatewayV2::Integration": Shape(
        "aws_apigatewayv2_integration", {"api_id": "ApiId", "integration_uri": "IntegrationUri"}
    ),
    "AWS::ApiGateway::RestApi": Shape("aws_api_gateway_rest_api"),
    "AWS::Serverless::WebSocketApi": Shape(
        "aws_apigatewayv2_api",
        {"route_selection_expression": "RouteSelectionExpression", "routes": "Routes"},
        nested=_websocket,
    ),
    "AWS::Serverless::HttpApi": Shape("aws_apigatewayv2_api", nested=_http),
    "AWS::Serverless::Api": Shape("aws_api_gateway_rest_api"),
    "AWS::Lambda::Function": Shape("aws_lambda_function", {"handler": "Handler", "code": "Code"}),
    "AWS::Lambda::Url": Shape("aws_lambda_function_url", {"function_name": "TargetFunctionArn"}),
    "AWS::Serverless::Function": Shape(
        "aws_lambda_function",
        {"handler": "Handler", "code": "CodeUri", "events": "Events", "function_url_config": "FunctionUrlConfig"},
    ),
    "AWS::ElasticBeanstalk::Environment": Shape("aws_elastic_beanstalk_environment", nested=_options),
}
"""Resource type -> its shape; other types are carried by their name alone."""
