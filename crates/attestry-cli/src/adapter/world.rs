//! The system's clock and randomness.

use attestry_app::port::World;
use attestry_domain::time::Instant;
use rand::TryRng;
use rand::rngs::SysRng;

/// The system's clock and randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemWorld;

impl World for SystemWorld {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the clock is read; everywhere else it is handed in"
    )]
    fn now(&self) -> Instant {
        jiff::Timestamp::now().into()
    }

    fn randomise(&self, bytes: &mut [u8]) {
        if let Err(error) = SysRng.try_fill_bytes(bytes) {
            // A key or salt that somebody can foretell would make the ledger worthless.
            tracing::error!(%error, "randomness.unavailable");
            std::process::abort();
        }
    }
}
