//! The way from a record down to an attribute.

/// Paths of the objects on the way, outermost first: names joined by dots. Names may have dots of their own.
#[derive(Default)]
pub(super) struct Way {
    paths: Vec<String>,
}

impl Way {
    /// The way to a path of names without dots.
    pub(super) fn to(path: &str) -> Self {
        let mut way = Self::default();
        path.split('.').for_each(|name| way.enter(name));
        way
    }

    /// Where it leads; empty for the record.
    pub(super) fn path(&self) -> &str {
        self.paths.last().map_or("", String::as_str)
    }

    /// The objects around it, the nearest first, without the record.
    pub(super) fn around(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().rev().skip(1).map(String::as_str)
    }

    /// Goes one step down.
    pub(super) fn enter(&mut self, name: &str) {
        let path = if self.paths.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path()) };
        self.paths.push(path);
    }

    /// Goes one step back.
    pub(super) fn leave(&mut self) {
        self.paths.pop();
    }
}
