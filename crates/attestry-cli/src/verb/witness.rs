//! A witness: sees each checkpoint of the logs it watches, and cosigns only what rewrites nothing.

use std::process::ExitCode;
use std::sync::Arc;

use attestry_app::collect::http::{self, Client, Settings};
use attestry_app::witness::{self, Witness};
use serde_json::json;

use crate::adapter::SystemWorld;
use crate::args::{Cosign, Place, View, Witness as Args};
use crate::home;
use crate::ui::words::grouped;
use crate::ui::{Fault, Mark, Out, print, progress};
use crate::verb::{Done, serve};

pub(crate) async fn run(out: Out, args: Args) -> Done {
    match args {
        Args::Key { name, key } => {
            let made = witness::make_key(&name, &key, &SystemWorld)?;
            // The key alone, so that it can be put into a file.
            out.show(&json!({ "key": made.to_string(), "file": key }), |page| page.raw(&made))?;
        }
        Args::Trust { log_key, state } => {
            let added = witness::trust(&state, log_key.clone())?;
            let name = log_key.name();
            out.show(&json!({ "log": name, "added": added }), |page| {
                let word = if added { "is watched from now on" } else { "was watched before" };
                page.say(format!("The log {name} {word}."));
            })?;
        }
        Args::Serve { listen, state, key } => {
            let witness = Witness::open(witness::read_key(&key)?, &state, Arc::new(SystemWorld))?;
            let listener = serve::listen(listen).await?;
            let at = serve::address(&listener)?;
            print(&format!("The witness {} answers at http://{at}\n", witness.verifier().name()))?;
            print(&format!("It watches {} logs. Key: {}\n", witness.logs().len(), witness.verifier()))?;
            print("Stop with Ctrl-C.\n")?;
            let served = attestry_web::witness::serve(Arc::new(witness), listener, serve::stopped()).await;
            served.map_err(|error| Fault::failed(format!("serving ended: {error}")))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks a witness to cosign the newest checkpoint.
pub(crate) async fn cosign(place: &Place, view: &View, out: Out, args: Cosign) -> Done {
    home::newest_only(view, "cosign")?;
    let address = http::address(&args.url).map_err(Fault::wrong)?;
    let workspace = home::workspace(place).await?;
    let client = Client::new(Arc::new(SystemWorld), Settings::default()).map_err(Fault::failed)?;
    let bar = progress::waiting("Asking the witness");
    let cosigned = witness::cosign(&workspace, &client, &address, &args.witness_key).await;
    bar.finish_and_clear();
    let cosigned = cosigned.map_err(|error| Fault::failed(error.to_string()))?;
    out.show(&cosigned, |page| {
        let style = Mark::Good.style();
        let (size, by) = (grouped(cosigned.size), &cosigned.witness);
        page.raw(format!("{style}{}{style:#} {by} cosigned {size} events.", Mark::Good.shape()));
        page.indented(2, format!("signed by {}", cosigned.signed_by.join(", ")));
    })?;
    Ok(ExitCode::SUCCESS)
}
