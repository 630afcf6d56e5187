//! What rooms keep in memory between commands.
//!
//! A room above `db` can't put its own type into a transaction, so it asks for it by its type: one
//! value of each for an application. What stands here is a copy of what the database knows, and may be
//! lost at any time.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One value of each type.
#[derive(Default)]
pub struct Memory(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Memory {
    /// The value of a type, made where there was none.
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
        let memory = Memory::default();
        *memory.of::<Mutex<u8>>().lock().unwrap() = 7;
        assert_eq!(*memory.of::<Mutex<u8>>().lock().unwrap(), 7);
        assert_eq!(*memory.of::<Mutex<u16>>().lock().unwrap(), 0);
        assert_eq!(*Memory::default().of::<Mutex<u8>>().lock().unwrap(), 0);
    }
}
