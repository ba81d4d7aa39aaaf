//! Compiled categories, kept while they are used: a large one costs megabytes, and a marketplace has thousands.

use crate::contract::Category;
use crate::contract::CategoryError;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// How many compiled categories are kept: about 8 MB each at worst.
const KEPT: usize = 24;

/// The categories used last.
#[derive(Debug, Default)]
pub struct Library {
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    clock: u64,
    categories: BTreeMap<String, (u64, Result<Arc<Category>, CategoryError>)>,
}

impl Library {
    /// The category under this key, made if it is not there. One that cannot be made is remembered as well, so that
    /// a hundred thousand rows do not read a broken document a hundred thousand times.
    pub fn get(
        &self,
        key: &str,
        make: impl FnOnce() -> Result<Category, CategoryError>,
    ) -> Result<Arc<Category>, CategoryError> {
        // A panic while making a category is our bug; the shelf itself is whole at any time.
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.clock += 1;
        let now = shelf.clock;
        if let Some((used, category)) = shelf.categories.get_mut(key) {
            *used = now;
            return category.clone();
        }
        let category = make().map(Arc::new);
        if shelf.categories.len() >= KEPT
            && let Some(oldest) = shelf.categories.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone())
        {
            shelf.categories.remove(&oldest);
        }
        shelf.categories.insert(key.to_owned(), (now, category.clone()));
        category
    }
}
