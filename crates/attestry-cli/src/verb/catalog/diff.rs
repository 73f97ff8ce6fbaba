//! What differs between two catalogs.

use std::path::Path;
use std::process::ExitCode;

use attestry_catalog::diff;
use attestry_domain::catalog::Catalog;
use serde_json::json;

use crate::ui::words::counted;
use crate::ui::{Fault, Out, Table};
use crate::verb::Done;

pub(super) fn run(out: Out, a: &Path, b: &Path) -> Done {
    let (one, other) = (load(a)?, load(b)?);
    let found = diff(&one, &other).differences;
    let document = json!({"a": one.digest, "b": other.digest, "differences": found});
    out.show(&document, |page| {
        if found.is_empty() {
            page.say("The two catalogs say the same.");
            return;
        }
        page.title(counted(u64::try_from(found.len()).unwrap_or(0), "difference"));
        let mut table = Table::new().column("kind").column("id").column("change").text("what");
        for one in &found {
            table.row(vec![
                one.kind.into(),
                one.id.as_str().into(),
                one.change.as_str().into(),
                one.keys.join(", ").into(),
            ]);
        }
        page.table(&table);
    })?;
    Ok(ExitCode::SUCCESS)
}

fn load(dir: &Path) -> Result<Catalog, Fault> {
    let dir = (dir != Path::new("built-in")).then_some(dir);
    if let Some(dir) = dir.filter(|dir| !dir.is_dir()) {
        return Err(
            Fault::wrong(format!("`{}` is no folder", dir.display())).help("name a folder, or `built-in`")
        );
    }
    super::load(dir).map_err(|errors| super::faulty("the catalog", &errors))
}
