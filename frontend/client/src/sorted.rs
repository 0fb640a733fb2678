//! Values under names, in the order of the names.
//!
//! A list where the standard library has a tree: a tree's code comes once for each kind of value, and is many times as
//! large. What a page holds is hundreds of things and grows at its end, so moving the rest aside costs nothing.

/// A sorted list. No two values have the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorted<K, V>(Vec<(K, V)>);

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Sorted<K, V> {
    /// The value under a name.
    pub fn get(&self, name: &K) -> Option<&V> {
        self.0.get(self.place(name).ok()?).map(|(_, value)| value)
    }

    /// The value under a name, to be changed.
    pub fn get_mut(&mut self, name: &K) -> Option<&mut V> {
        let place = self.place(name).ok()?;
        self.0.get_mut(place).map(|(_, value)| value)
    }

    /// Whether there is a value under a name.
    pub fn contains(&self, name: &K) -> bool {
        self.place(name).is_ok()
    }

    /// Puts a value under a name, in the place of the one that was there.
    pub fn insert(&mut self, name: K, value: V) {
        match self.place(&name) {
            Ok(place) => {
                if let Some((_, former)) = self.0.get_mut(place) {
                    *former = value;
                }
            }
            Err(place) => self.0.insert(place, (name, value)),
        }
    }

    /// Puts a value under a name where there is none.
    pub fn insert_new(&mut self, name: K, value: impl FnOnce() -> V) {
        if let Err(place) = self.place(&name) {
            self.0.insert(place, (name, value()));
        }
    }

    /// Takes the value under a name away.
    pub fn remove(&mut self, name: &K) -> Option<V> {
        let place = self.place(name).ok()?;
        Some(self.0.remove(place).1)
    }

    /// Takes every value away that is not wanted.
    pub fn retain(&mut self, is_wanted: impl Fn(&V) -> bool) {
        self.0.retain(|(_, value)| is_wanted(value));
    }

    /// The names in their order.
    pub fn names(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(name, _)| name)
    }

    /// The values in the order of their names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The names and values in order, the values to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(name, value)| (&*name, value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where a name is, or where it belongs.
    fn place(&self, name: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_a_tree_holds(steps in prop::collection::vec((0..3_u8, 0..8_u8, any::<u8>()), 0..64)) {
            let (mut sorted, mut tree) = (Sorted::default(), BTreeMap::new());
            for (step, name, value) in steps {
                match step {
                    0 => {
                        sorted.insert(name, value);
                        tree.insert(name, value);
                    }
                    1 => {
                        sorted.insert_new(name, || value);
                        tree.entry(name).or_insert(value);
                    }
                    _ => prop_assert_eq!(sorted.remove(&name), tree.remove(&name)),
                }
                prop_assert!(sorted.names().eq(tree.keys()) && sorted.values().eq(tree.values()));
                prop_assert_eq!((sorted.get(&name), sorted.contains(&name)), (tree.get(&name), tree.contains_key(&name)));
                prop_assert_eq!(sorted.get_mut(&name), tree.get_mut(&name));
                prop_assert_eq!((sorted.len(), sorted.is_empty()), (tree.len(), tree.is_empty()));
            }
            sorted.retain(|value| *value < 100);
            tree.retain(|_, value| *value < 100);
            prop_assert!(sorted.iter_mut().eq(tree.iter_mut()));
        }
    }
}
