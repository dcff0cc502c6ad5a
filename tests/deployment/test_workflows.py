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
