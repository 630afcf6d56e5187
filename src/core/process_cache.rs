//! Values that live as long as the process, one of each type.
//!
//! A domain above `db` can't put a type of its own into a transaction, so it asks for it by its type.
//! What is kept here belongs to this process alone: everything that must survive it is in the
//! database.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A map from a type to the one value of it in this process.
#[derive(Default)]
pub struct ProcessCache(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl ProcessCache {
    /// The value of a type, made by `Default` at the first call.
    pub fn of<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        Arc::clone(value).downcast().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_one_value() {
        let cache = ProcessCache::default();
        *cache.of::<Mutex<u8>>().lock().unwrap() = 7;
        assert_eq!(*cache.of::<Mutex<u8>>().lock().unwrap(), 7);
        assert_eq!(*cache.of::<Mutex<u16>>().lock().unwrap(), 0);
        assert_eq!(*ProcessCache::default().of::<Mutex<u8>>().lock().unwrap(), 0);
    }
}
