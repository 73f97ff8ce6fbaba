//! Models, runs, metrics and datasets from MLflow.

use attestry_app::collect::mlflow::{self, MlflowOptions};
use attestry_app::collection::Brought;
use attestry_app::collection::known::Known;
use attestry_domain::time::midnight;

use super::Run;
use crate::args::Mlflow;
use crate::ui::{Fault, WRONG, progress};
use crate::verb::Done;

const FILLS: [&str; 3] = ["model_version", "evaluation", "dataset_version"];

pub(super) async fn run(run: Run<'_>, args: &Mlflow) -> Done {
    let workspace = run.sender.workspace();
    let started = run.now();
    let collector = run.collector(&args.source, "mlflow", &FILLS)?;
    let options = MlflowOptions::find(args.address.as_deref(), &|name| std::env::var(name).ok());
    let mut options = options.map_err(|error| Fault::split(WRONG, &error.to_string()))?;
    options.since = args.since.map(|day| midnight(day, &workspace.newest().programme.zone()));
    let known = Known::read(workspace, &FILLS).await?;
    let (client, world) = (run.client()?, workspace.app().world.clone());
    let bar = progress::waiting("Asking MLflow");
    let newest = |stream: &str, key: &[&str]| known.newest(stream, key);
    let brought = mlflow::collect(&client, world.as_ref(), &options, &newest).await;
    bar.finish_and_clear();
    run.take(&collector, started, brought.map(Brought::Collection).map_err(|error| error.to_string())).await
}
