//! Layout, then PDF.

use typst::diag::SourceResult;
use typst::foundations::Smart;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::world::MemoryWorld;
use crate::{Diagnostic, Typeset, TypesetError};

/// Lays a world's main file out and writes it as PDF: to the standards if its content allows, else without.
pub(crate) fn export(world: &MemoryWorld) -> Result<Typeset, TypesetError> {
    let laid_out = typst::compile(world);
    let mut warnings = Diagnostic::locate_all(world, &laid_out.warnings);
    let document = at_fault(world, laid_out.output)?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).unwrap_or_default();
    match typst_pdf::pdf(&document, &options(standards)) {
        Ok(pdf) => Ok(Typeset { pdf, warnings, conforms: true }),
        Err(reasons) => {
            let pdf = at_fault(world, typst_pdf::pdf(&document, &options(PdfStandards::default())))?;
            warnings.extend(not_conforming(world, &reasons));
            Ok(Typeset { pdf, warnings, conforms: false })
        }
    }
}

/// Tagged, without timestamp or identifier of its own: dates and identity come from the document alone.
fn options(standards: PdfStandards) -> PdfOptions {
    PdfOptions { standards, tagged: true, timestamp: None, ident: Smart::Auto, ..PdfOptions::default() }
}

fn at_fault<T>(world: &MemoryWorld, result: SourceResult<T>) -> Result<T, TypesetError> {
    result.map_err(|found| TypesetError::Template(Diagnostic::locate_all(world, &found)))
}

/// The reasons for not conforming, once each, as warnings.
fn not_conforming(world: &MemoryWorld, reasons: &[typst::diag::SourceDiagnostic]) -> Vec<Diagnostic> {
    let mut found = Diagnostic::locate_all(world, reasons);
    for diagnostic in &mut found {
        diagnostic.fatal = false;
    }
    found.dedup();
    found
}
