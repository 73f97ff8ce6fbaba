//! Writes every page with sample values into a folder, to look at: `cargo run -p attestry-web --example preview -- FOLDER`.
#![allow(clippy::unwrap_used, reason = "an example may panic")]

use std::path::PathBuf;

#[path = "../tests/it/samples.rs"]
mod samples;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "preview".to_owned()));
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    for asset in attestry_web::assets::all() {
        std::fs::write(folder.join(asset.href.trim_start_matches('/')), asset.body).unwrap();
    }
    for (name, page) in samples::pages() {
        std::fs::write(folder.join(format!("{name}.html")), page.replace("\"/assets/", "\"assets/")).unwrap();
    }
}
