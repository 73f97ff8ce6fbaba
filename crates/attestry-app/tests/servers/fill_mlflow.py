"""Fills an MLflow server with models, versions, aliases, runs, metrics, datasets and a prompt; prints what it made."""

import json
import sys

from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.tracking import MlflowClient

client = MlflowClient(tracking_uri=sys.argv[1], registry_uri=sys.argv[1])
experiment = client.create_experiment("fraud")
other = client.create_experiment("ranking")


def dataset(name, digest, context, rows, uri):
    schema = {"mlflow_colspec": [{"name": "amount", "type": "double"}, {"name": "label", "type": "long"}]}
    entity = Dataset(
        name=name,
        digest=digest,
        source_type="s3",
        source=json.dumps({"uri": uri}),
        schema=json.dumps(schema),
        profile=json.dumps({"num_rows": rows, "num_elements": rows * 2}),
    )
    return DatasetInput(dataset=entity, tags=[InputTag("mlflow.data.context", context)])


def run(experiment, start, metrics, datasets=(), status="FINISHED", end=None):
    made = client.create_run(experiment, start_time=start, tags={"mlflow.user": "ada", "mlflow.source.name": "train.py"})
    identifier = made.info.run_id
    client.log_batch(
        identifier,
        metrics=[Metric(key, value, start + 1000 + index, 0) for index, (key, value) in enumerate(metrics)],
        params=[Param("depth", "6"), Param("rate", "0.1")],
        tags=[RunTag("mlflow.source.git.commit", "0" * 39 + "1")],
    )
    if datasets:
        client.log_inputs(identifier, datasets=list(datasets))
    if status == "FINISHED":
        client.set_terminated(identifier, status, end_time=end or start + 60_000)
    return made.info


START = 1_767_225_600_000  # 2026-01-01
DAY = 86_400_000
train = dataset("payments", "a1b2c3d4", "training", 1000, "s3://data/payments/2025")
test = dataset("payments-holdout", "e5f60718", "eval", 200, "s3://data/payments/holdout")
runs = [
    run(experiment, START, [("accuracy", 0.81), ("loss", float("nan"))], [train]),
    run(experiment, START + 30 * DAY, [("accuracy", 0.86), ("f1", 0.8)], [train, test]),
    run(experiment, START + 60 * DAY, [("accuracy", 0.88)], [dataset("payments", "ffff0000", "train", 1500, "s3://data/payments/2026")]),
    run(experiment, START + 90 * DAY, [("accuracy", 0.9)], [train]),
]
for number in range(5):
    run(other, START + number * DAY, [("ndcg", 0.5 + number / 10)])
running = run(other, START + 5 * DAY, [("ndcg", 0.1)], status="RUNNING")

client.create_registered_model("fraud-scorer", tags={"system_key": "fraud", "license": "Apache-2.0"})
for info in runs:
    client.create_model_version("fraud-scorer", f"{info.artifact_uri}/model", info.run_id, tags={"task": "classification"})
client.transition_model_version_stage("fraud-scorer", "1", "Archived")
client.transition_model_version_stage("fraud-scorer", "2", "Production")
client.delete_model_version("fraud-scorer", "3")
client.set_registered_model_alias("fraud-scorer", "champion", "4")
client.set_registered_model_alias("fraud-scorer", "candidate", "4")

logged = client.create_logged_model(other, name="ranker", source_run_id=running.run_id)
client.log_metric(
    running.run_id, "ndcg_at_10", 0.71, timestamp=START + 6 * DAY, model_id=logged.model_id,
    dataset_name="queries", dataset_digest="9988aabb",
)
client.finalize_logged_model(logged.model_id, "READY")
client.create_registered_model("ranker")
client.create_model_version("ranker", f"models:/{logged.model_id}", running.run_id, model_id=logged.model_id)
for number in range(7):
    client.create_registered_model(f"empty-{number}")

client.register_prompt("greeting", "Hello {{name}}")
print(runs[3].run_id, logged.model_id)
