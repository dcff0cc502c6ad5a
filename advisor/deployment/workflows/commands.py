"""Shell text -> the deployments that its lines make: platform, directory, and what flags of the command set."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.deployment.parts import directory, join
from advisor.deployment.workflows.flags import given, number, settings
from advisor.deployment.workflows.script import Deploy, Line, Script, purpose
from advisor.model import Certainty


@dataclass(frozen=True, slots=True)
class _Command:
    """``literals``: one of them stands in every line that the pattern fits, and a look for those is cheap."""

    platform: str | None
    literals: tuple[str, ...]
    pattern: re.Pattern[str]
    certainty: Certainty = "explicit"
    """``weak``: only strengthens a hop that the platform's own files show."""
    what: str = ""


def _known(platform: str, literals: str, pattern: str, certainty: Certainty = "explicit") -> _Command:
    return _Command(platform, tuple(literals.split("|")), re.compile(pattern), certainty)


def _noted(literals: str, pattern: str, what: str) -> _Command:
    return _Command(None, tuple(literals.split("|")), re.compile(pattern), what=what)


_COMMANDS = (
    _known("fly-io", "fly", r"\bfly(?:ctl)? deploy\b"),
    _known("vercel", "vercel", r"\bvercel(?: [^\n|&;]{0,200})?(?:--prod\b|\bdeploy\b)"),
    _known(
        "heroku",
        "heroku",
        r"\bgit push [^\n]{0,200}\bheroku\b|git\.heroku\.com|\bheroku (?:container:(?:release|push)|builds:create|ps:scale"
        r"|features:enable)\b",
    ),
    _known("netlify", "netlify", r"\b(?:netlify|ntl) deploy\b"),
    _known("cloudflare-workers", "wrangler ", r"\bwrangler (?:deploy|publish|versions upload)\b"),
    _known("railway", "railway ", r"\brailway (?:up|redeploy)\b"),
    _known("render", "render", r"api\.render\.com/deploy/|\brender deploys create\b"),
    _known("aws-ecs-fargate", "aws ecs|copilot", r"\baws ecs (?:update-service|deploy)\b|\bcopilot (?:svc )?deploy\b"),
    _known(
        "aws-elastic-beanstalk",
        "eb deploy|elasticbeanstalk",
        r"\beb deploy\b|\baws elasticbeanstalk (?:update-environment|create-application-version)\b",
    ),
    _known("aws-app-runner", "apprunner", r"\baws apprunner (?:start-deployment|update-service|create-service)\b"),
    _known("aws-lightsail-containers", "lightsail", r"\baws lightsail create-container-service-deployment\b"),
    _known("aws-amplify-hosting", "amplify", r"\bamplify (?:publish|push)\b|\baws amplify start-(?:deployment|job)\b"),
    _known("azure-app-service", "az webapp", r"\baz webapp (?:up|deploy|create|update|config set|config container set)\b"),
    _known(
        "azure-container-apps",
        "az containerapp",
        r"\baz containerapp (?:up|update|create|ingress (?:enable|update|sticky-sessions set))\b",
    ),
    _known(
        "azure-functions",
        "azure functionapp|az functionapp",
        r"\bfunc azure functionapp publish\b|\baz functionapp deploy",
        "weak",
    ),
    _known("gcp-cloud-run", "gcloud ", r"\bgcloud (?:alpha |beta )?run (?:deploy|services (?:replace|update))\b"),
    _known("gcp-app-engine", "gcloud ", r"\bgcloud (?:beta )?app deploy\b"),
    _known("gcp-cloud-functions", "gcloud ", r"\bgcloud (?:beta )?functions deploy\b", "weak"),
    _known("firebase-hosting", "firebase", r"\bfirebase (?:-P \S+ )?deploy\b"),
    _known("digitalocean-app-platform", "doctl ", r"\bdoctl apps (?:create|update|create-deployment)\b"),
    _known("dokku", "dokku", r"\bgit push [^\n]{0,200}\bdokku\b|\bdokku git:(?:from-image|sync)\b"),
    _known("scalingo", "scalingo", r"\bgit push [^\n]{0,200}\bscalingo\b|\bscalingo (?:[^\n|&;]{0,80} )?deploy\b"),
    _known("clever-cloud", "clever ", r"\bclever deploy\b"),
    _known("koyeb", "koyeb ", r"\bkoyeb (?:deploy|services? (?:update|redeploy)|apps? init)\b"),
    _known("deno-deploy", "deployctl|deno deploy", r"\bdeployctl deploy\b|\bdeno deploy\b", "weak"),
    _known("supabase-edge-functions", "supabase ", r"\bsupabase functions deploy\b", "weak"),
    _known("partykit", "partykit ", r"\bpartykit deploy\b", "weak"),
    _known("azure-static-web-apps", "swa deploy", r"\bswa deploy\b"),
    _known("github-pages", "gh-pages", r"\bgh-pages -d\b|\bgit push [^\n]{0,120}\bgh-pages\b"),
    _noted("kubectl ", r"\bkubectl (?:[^\n|&;]{0,80} )?(?:apply|rollout restart|set image)\b", "a Kubernetes cluster"),
    _noted("helm ", r"\bhelm (?:[^\n|&;]{0,80} )?(?:upgrade|install)\b", "a Kubernetes cluster, with Helm"),
    _noted("terraform |tofu ", r"\b(?:terraform|tofu) (?:-chdir=\S+ )?apply\b", "what Terraform describes"),
    _noted("cloudformation ", r"\baws cloudformation (?:deploy|create-stack|update-stack)\b", "a CloudFormation stack"),
    _noted("sam deploy", r"\bsam deploy\b", "a SAM stack"),
    _noted("cdk deploy", r"\bcdk deploy\b", "a CDK stack"),
    _noted("pulumi up", r"\bpulumi up\b", "a Pulumi stack"),
    _noted("serverless |sls ", r"\b(?:serverless|sls) deploy\b", "what the Serverless Framework describes"),
    _noted("kamal ", r"\bkamal (?:deploy|redeploy|setup)\b", "servers of one's own, with Kamal"),
    _noted(
        "rsync |scp ",
        r"(?:^|[;&|(]\s*)(?:sudo )?(?:rsync|scp) [^\n]{0,300}\s[\w.${}-]{1,80}@?[\w.${}-]{1,80}:",
        "a server of one's own",
    ),
    _noted(
        "ssh ",
        r"(?:^|[;&|(]\s*)ssh [^\n]{0,300}\b(?:systemctl (?:restart|reload)|docker[ -]compose [^\n]{0,80}\bup"
        r"|pm2 (?:restart|reload|start)|docker stack deploy)\b",
        "a server of one's own",
    ),
)
LITERALS = tuple(dict.fromkeys(literal for command in _COMMANDS for literal in command.literals))
"""One of these stands in every text that deploys by a command."""

_SILENT = ("#", "//", "echo ", "@echo ", "::", "REM ", "printf ")
_ENTERS = re.compile(r"(?P<inside>\()?\bcd \"?(?P<folder>[\w./-]+)\"?\s*(?:$|&&|;)")
_FOLDERS = re.compile(r"(?:--config|-c|--cwd|--path|--source|--dockerfile)[ =]\"?([\w./-]+)")
_ENDS = re.compile(r"&&|\|\||[;|]")
_LONGEST = 4_000


def deploys(script: Script) -> Iterator[Deploy]:
    """Every deployment of a script, in the order written; comments and echoed lines say nothing."""
    if not any(literal in script.text for literal in LITERALS):
        return
    folder = script.folder
    for whole in script.lines():
        line = whole.text[:_LONGEST]
        if line.strip().startswith(_SILENT):
            continue
        entered = _ENTERS.search(line)
        inside = (join(folder, entered["folder"]) or folder) if entered is not None else folder
        if entered is not None and not entered["inside"] and not script.apart:
            folder = inside
        for command in _COMMANDS:
            if any(literal in line for literal in command.literals) and (found := command.pattern.search(line)):
                yield _deploy(command, line[found.start() :], inside, script, whole)


def _deploy(command: _Command, text: str, folder: str, script: Script, line: Line) -> Deploy:
    words = _words(text)
    flags = given(words)
    named = [
        flags.get(name) or ""
        for name in ("--env", "-e", "--environment", "--stage", "--target", "--remote", "-r", "-c", "--config")
    ]
    where = purpose(*named) if script.where.environment == "production" else script.where
    sure: Certainty = "weak" if command.certainty == "weak" else script.certainty
    least, most = number(flags, "--min-instances", "--min-replicas"), number(flags, "--max-instances", "--max-replicas")
    return Deploy(
        command.platform,
        _source(text, folder),
        line.place,
        where if where.environment != "production" else script.where,
        settings(command.platform, words, line.place_of),
        sure,
        command.what,
        (least or 0, most) if most is not None else None,
        number(flags, "--port", "--target-port"),
    )


def _words(text: str) -> list[str]:
    """The words of the command that the text begins with, quotes taken off."""
    try:
        lexer = shlex.shlex(text, posix=True, punctuation_chars="&|;")
        lexer.whitespace_split, lexer.commenters = True, ""
        words = list(lexer)
    except ValueError:
        words = _ENDS.split(text)[0].split()
    end = next((number for number, word in enumerate(words) if word and set(word) <= set("&|;")), len(words))
    return words[:end]


def _source(text: str, folder: str) -> str:
    """The directory that the command itself names, else the one it runs in."""
    flag = _FOLDERS.search(_ENDS.split(text)[0])
    path = join(folder, flag[1]) if flag else None
    if path is None:
        return folder
    return directory(path) if "." in path.rsplit("/", 1)[-1] and path != "." else path
