//! Records that another program prints.

use std::time::Duration;

use attestry_app::collection::exec::Program;
use attestry_app::collection::{Brought, Printed};
use attestry_domain::time::midnight;

use super::Run;
use crate::args::Collect;
use crate::ui::{Fault, progress};
use crate::verb::Done;

/// How long a program may run.
const WITHIN: Duration = Duration::from_secs(30 * 60);

pub(super) async fn run(run: Run<'_>, program: &str, args: &Collect) -> Done {
    let stream = args.stream.clone().ok_or_else(|| Fault::wrong("name the stream with --stream"))?;
    let workspace = run.sender.workspace();
    let known = workspace.newest().catalog;
    let Some(stream) = known.streams.get(&stream).map(|stream| stream.id.clone()) else {
        return Err(
            Fault::wrong(format!("there is no stream `{stream}`")).help("attestry catalog list streams")
        );
    };
    let source = args.name.clone().unwrap_or_else(|| stream.to_string());
    let collector = run.collector(&source, "exec", &[stream.as_str()])?;
    let (zone, started) = (workspace.newest().programme.zone(), run.now());
    let from = args.from_day.map(|day| midnight(day, &zone));
    let from = from.or_else(|| workspace.collected_to(&source, &collector.name));
    let range = from.filter(|from| *from < started).map(|from| from..started);
    let words = ["sh", "-c", program].map(str::to_owned).to_vec();
    let wanted = Program { words, stream: stream.clone(), range: range.clone(), within: WITHIN };
    let bar = progress::waiting("Running the program");
    let printed = wanted.run().await;
    bar.finish_and_clear();
    let query = wanted.query();
    let brought = printed.map(|records| Brought::Printed(Printed { stream, records, query, range }));
    run.take(&collector, started, brought).await
}
