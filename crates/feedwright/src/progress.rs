//! Shows how far a run is: a line on a terminal, nothing elsewhere.

use feedwright_runner::pipeline::Progress;
use indicatif::HumanCount;
use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// A line on standard error.
pub(crate) struct Bar {
    bar: Mutex<ProgressBar>,
    products: AtomicU64,
}

impl Bar {
    /// A bar that draws on a terminal, and nowhere when it is hidden or standard error is none.
    pub(crate) fn new(is_hidden: bool) -> Self {
        let target = if is_hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        Self { bar: Mutex::new(ProgressBar::with_draw_target(None, target)), products: AtomicU64::new(0) }
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        self.with(ProgressBar::finish_and_clear);
    }

    fn with(&self, work: impl FnOnce(&ProgressBar)) {
        work(&self.bar.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Progress for Bar {
    fn begin(&self, source: &str, bytes: Option<u64>) {
        self.with(|bar| {
            let template = match bytes {
                Some(_) => "{prefix}  {bar:30}  {percent:>3} %  {msg}  {elapsed}",
                None => "{prefix}  {spinner}  {bytes}  {msg}  {elapsed}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("━╸ "));
            }
            bar.set_length(bytes.unwrap_or_default());
            bar.set_position(0);
            bar.set_prefix(source.to_owned());
        });
    }

    fn read(&self, bytes: u64) {
        self.with(|bar| bar.inc(bytes));
    }

    fn finished(&self, products: u64) {
        let total = self.products.fetch_add(products, Ordering::Relaxed) + products;
        self.with(|bar| bar.set_message(format!("{} products", HumanCount(total))));
    }
}
