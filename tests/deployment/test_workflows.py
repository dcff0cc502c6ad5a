"""Workflows: which step deploys which directory where, and how that strengthens what other files show."""

from __future__ import annotations

import pytest

from tests.deployment.reading import chosen, hops, read


def workflow(step: str, job: str = "deploy", extra: str = "") -> dict[str, str]:
    return {".github/workflows/deploy.yml": f"on: push\njobs:\n  {job}:\n{extra}    steps:\n      - {step}\n"}


@pytest.mark.parametrize(
    ("step", "platform", "folder"),
    [
        ("run: flyctl deploy --remote-only", "fly-io", "."),
        ("run: fly deploy -c apps/api/fly.toml", "fly-io", "apps/api"),
        ("{uses: superfly/flyctl-actions@1, with: {args: deploy}}", "fly-io", "."),
        ("{uses: amondnet/vercel-action@v25, with: {working-directory: ./web}}", "vercel", "web"),
        ("run: vercel deploy --prebuilt --prod --token=x", "vercel", "."),
        ("{uses: akhileshns/heroku-deploy@v3, with: {appdir: server}}", "heroku", "server"),
        ("run: git push https://heroku:$KEY@git.heroku.com/app.git main", "heroku", "."),
        ("run: heroku container:release web -a app", "heroku", "."),
        ("uses: aws-actions/amazon-ecs-deploy-task-definition@v2", "aws-ecs-fargate", "."),
        ("run: aws ecs update-service --cluster a --service b", "aws-ecs-fargate", "."),
        ("{uses: cloudflare/wrangler-action@v3, with: {workingDirectory: worker}}", "cloudflare-workers", "worker"),
        ("run: npx wrangler deploy", "cloudflare-workers", "."),
        ("{run: netlify deploy --prod, working-directory: site}", "netlify", "site"),
        ("run: railway up --service api", "railway", "."),
        ("run: gcloud run deploy api --source services/api", "gcp-cloud-run", "services/api"),
        ("uses: azure/webapps-deploy@v3", "azure-app-service", "."),
        ("uses: einaregilsson/beanstalk-deploy@v22", "aws-elastic-beanstalk", "."),
    ],
)
def test_steps_that_deploy(step: str, platform: str, folder: str) -> None:
    """Actions and commands of the known hosts, with the directory that they deploy."""
    hop = hops(workflow(step)).get(platform)

    assert (folder, ".github/workflows/deploy.yml:5") == ((hop.serves, str(hop.place)) if hop else None)


@pytest.mark.parametrize(
    "step",
    [
        "uses: superfly/flyctl-actions/setup-flyctl@master",
        "run: 'echo flyctl deploy'",
        "run: '# flyctl deploy'",
        "run: npm run build",
        "run: vercel env pull",
        "run: wrangler whoami",
    ],
)
def test_steps_that_do_not_deploy(step: str) -> None:
    """Setting a tool up, comments and echoes are no deployment."""
    assert {} == hops(workflow(step))


def test_step_makes_the_file_s_hop_explicit() -> None:
    """Where a file shows the host weakly, the step settles it; no second hop appears."""
    files = {"Procfile": "web: node a.js\n", "render.yaml": "services: []\n", **workflow("run: git push heroku main")}
    found = [hop for hop in read(files).hops if hop.platform == "heroku"]

    assert [("heroku:Procfile", "explicit")] == [(hop.id, hop.certainty) for hop in found]


@pytest.mark.parametrize(
    ("job", "extra", "environment"),
    [
        ("deploy", "", "production"),
        ("deploy-staging", "", "staging"),
        ("deploy", "    environment: {name: staging}\n", "staging"),
        ("deploy", "    environment: production\n", "production"),
    ],
)
def test_environment_of_a_job(job: str, extra: str, environment: str) -> None:
    """The job's environment or name tells staging from production."""
    files = workflow("run: flyctl deploy", job, extra)

    assert {".github/workflows/deploy.yml": ("production", environment)} == chosen(files)


def test_job_switched_off() -> None:
    """A job with ``if: false`` deploys nothing."""
    assert {} == hops(workflow("run: flyctl deploy", extra="    if: false\n"))


def test_travis_deploys_production_first() -> None:
    """Of several deploy stages of .travis.yml the one for the main branch is shown."""
    text = (
        "jobs:\n  include:\n"
        "    - deploy: [{provider: elasticbeanstalk, on: {branch: test}}]\n"
        "    - deploy: [{provider: elasticbeanstalk, on: {branch: main}}]\n"
    )
    hop = hops({".travis.yml": text})["aws-elastic-beanstalk"]

    assert ("production", ".travis.yml:4") == (hop.environment, str(hop.place))


def test_broken_workflow_is_named() -> None:
    """A workflow that would deploy but does not parse is said."""
    found = read({".github/workflows/x.yml": "jobs: [\n  run: flyctl deploy\n"})

    assert [".github/workflows/x.yml"] == [note.file for note in found.not_read]


PIPELINES = {
    "gitlab job": (".gitlab-ci.yml", "web:\n  stage: deploy\n  script:\n    - cd server\n    - flyctl deploy\n", "fly-io", 5),
    "gitlab template": (
        ".gitlab-ci.yml",
        ".base:\n  script:\n    - gcloud run deploy api --source server\nlive:\n  extends: .base\n",
        "gcp-cloud-run",
        3,
    ),
    "circle run": (
        ".circleci/config.yml",
        "jobs:\n  deploy:\n    steps:\n      - run:\n          command: |\n            cd server\n            eb deploy\n",
        "aws-elastic-beanstalk",
        7,
    ),
    "bitbucket script": (
        "bitbucket-pipelines.yml",
        "pipelines:\n  branches:\n    main:\n      - step:\n          script:\n            - cd server && fly deploy\n",
        "fly-io",
        6,
    ),
    "azure inline": (
        "azure-pipelines.yml",
        "steps:\n  - task: AzureCLI@2\n    inputs:\n      inlineScript: |\n        az webapp up\n"
        "      workingDirectory: server\n",
        "azure-app-service",
        5,
    ),
    "drone": (".drone.yml", "kind: pipeline\nsteps:\n  - name: live\n    commands: [cd server, railway up]\n", "railway", 4),
    "cloud build": (
        "cloudbuild.yaml",
        "steps:\n  - name: gcr.io/cloud-builders/gcloud\n    args: [run, deploy, api, --source, server]\n",
        "gcp-cloud-run",
        3,
    ),
    "makefile": ("server/Makefile", "deploy: build\n\t@flyctl deploy\n", "fly-io", 2),
    "script of a folder": ("server/scripts/deploy.sh", "#!/bin/sh\nset -e\nheroku container:release web\n", "heroku", 3),
    "package script": ("server/package.json", '{"scripts": {\n  "deploy": "wrangler deploy"}}', "cloudflare-workers", 2),
    "task": ("server/Taskfile.yml", "tasks:\n  deploy:\n    cmds:\n      - scalingo deploy\n", "scalingo", 4),
    "justfile": ("server/justfile", "deploy:\n  clever deploy\n", "clever-cloud", 2),
    "jenkins": (
        "Jenkinsfile",
        "stage('Deploy') {\n  steps { dir('x') }\n  sh 'cd server && eb deploy'\n}\n",
        "aws-elastic-beanstalk",
        3,
    ),
}


@pytest.mark.parametrize("case", PIPELINES.values(), ids=PIPELINES)
def test_other_pipelines_and_scripts(case: tuple[str, str, str, int]) -> None:
    """Each system's own form, with the line of the command and the directory that it works in."""
    file, text, platform, line = case
    hop = hops({file: text}).get(platform)

    assert ("server", f"{file}:{line}") == (
        (hop.serves, str(hop.place).rsplit(":", str(hop.place).count(":") - 1)[0]) if hop else None
    )


SILENT = {
    "gitlab template nobody extends": (".gitlab-ci.yml", ".base:\n  script: [flyctl deploy]\n"),
    "gitlab job that never runs": (".gitlab-ci.yml", "web:\n  when: never\n  script: [flyctl deploy]\n"),
    "comment of a makefile": ("Makefile", "deploy:\n\t# flyctl deploy\n"),
    "script of a test": ("tests/deploy.sh", "flyctl deploy\n"),
    "a script that no one deploys with": ("package.json", '{"scripts": {"start": "vercel deploy"}}'),
    "functions without their own files": ("deploy.sh", "supabase functions deploy chat\n"),
}


@pytest.mark.parametrize("case", SILENT.values(), ids=SILENT)
def test_what_deploys_nothing(case: tuple[str, str]) -> None:
    """Templates, comments, fixtures, and hosts that are never there without files of their own."""
    assert {} == hops(dict([case]))


FLAGGED = {
    "timeout in seconds": ("gcloud run deploy api --timeout=3600", "gcloud run deploy --timeout", 3600),
    "timeout as a duration": ("gcloud beta run deploy api --timeout 1h", "gcloud run deploy --timeout", 3600),
    "on another line": ("gcloud run services update api \\\n  --session-affinity", "gcloud run deploy --session-affinity", True),
    "switched off": ("gcloud run deploy api --no-session-affinity", "gcloud run deploy --session-affinity", False),
    "a variable": ("gcloud run deploy api --timeout=$TIMEOUT", "gcloud run deploy --timeout", None),
    "web sockets": ("az webapp config set -n a --web-sockets-enabled true", "az webapp config set --web-sockets-enabled", True),
    "sticky": (
        "az containerapp ingress sticky-sessions set -n a --affinity sticky",
        "az containerapp ingress sticky-sessions set --affinity",
        "sticky",
    ),
    "feature": (
        "heroku features:enable http-session-affinity -a chat",
        "heroku features:enable http-session-affinity",
        True,
    ),
}


@pytest.mark.parametrize("case", FLAGGED.values(), ids=FLAGGED)
def test_flags_are_settings(case: tuple[str, str, object]) -> None:
    """Under the keys of the profiles, at the line on which the flag stands."""
    command, key, amount = case
    found = read({"deploy.sh": f"#!/bin/sh\n{command}\n"}).hops
    line = 2 + command.count("\n")

    assert [(key, amount, f"deploy.sh:{line}")] == [
        (each.key, each.amount, f"{each.place.file}:{each.place.line}") for hop in found for each in hop.settings
    ]


def test_copies_of_a_command() -> None:
    """What scales Heroku's dynos and Cloud Run's instances is told of the process."""
    heroku = read({"Procfile": "web: node a.js\n", "deploy.sh": "git push heroku main\nheroku ps:scale web=3\n"}).processes
    run = read({"deploy.sh": "gcloud run deploy api --min-instances=1 --max-instances=4 --port 8080\n"}).processes

    assert [3] == [process.replicas for process in heroku]
    assert [((1, 4), 8080)] == [(process.replicas_range, process.port_given) for process in run]


def test_flags_of_another_environment_stay_there() -> None:
    """What the staging job sets does not hold for production."""
    files = {
        ".gitlab-ci.yml": (
            "live:\n  environment: production\n  script: [gcloud run deploy api]\n"
            "try:\n  environment: staging\n  script: [gcloud run deploy api --timeout=3600]\n"
        )
    }

    assert [("production", 0)] == [(hop.environment, len(hop.settings)) for hop in read(files).hops]


def test_a_server_of_ones_own_is_told_and_no_hop() -> None:
    """What is copied by ssh runs behind what other files show."""
    found = read({"deploy.sh": "rsync -az ./ deploy@example.org:/srv/app\nssh deploy@example.org 'systemctl restart app'\n"})

    assert () == found.hops
    assert ["deploys the repository to a server of one's own"] == [file.why for file in found.files]
