//! Values as the file has them: texts that are read when they are asked for, so that a type costs no allocation.

use crate::pack::WRITTEN;
use std::marker::PhantomData;
use std::str::Split;

/// A value of a field.
pub(crate) trait Value: Sized {
    /// Reads its text, which is empty where there is none.
    fn read(text: &'static str) -> Self;
}

impl Value for &'static str {
    fn read(text: &'static str) -> Self {
        text
    }
}

impl Value for bool {
    fn read(text: &'static str) -> Self {
        text == "true"
    }
}

impl Value for u32 {
    fn read(text: &'static str) -> Self {
        text.parse().expect(WRITTEN)
    }
}

impl Value for u64 {
    fn read(text: &'static str) -> Self {
        text.parse().expect(WRITTEN)
    }
}

impl Value for f64 {
    fn read(text: &'static str) -> Self {
        text.parse().expect(WRITTEN)
    }
}

impl<T: Value> Value for Option<T> {
    fn read(text: &'static str) -> Self {
        (!text.is_empty()).then(|| T::read(text))
    }
}

impl<T: Item> Value for List<T> {
    fn read(text: &'static str) -> Self {
        Self { text, of: PhantomData }
    }
}

/// What a [`List`] holds.
pub trait Item: Sized {
    /// What stands between two of them.
    #[doc(hidden)]
    const BETWEEN: char;

    /// Reads one.
    #[doc(hidden)]
    fn read_item(text: &'static str) -> Self;
}

impl Item for &'static str {
    const BETWEEN: char = ',';

    fn read_item(text: &'static str) -> Self {
        text
    }
}

impl Item for u32 {
    const BETWEEN: char = ',';

    fn read_item(text: &'static str) -> Self {
        Value::read(text)
    }
}

/// Values in AWS's order; an empty one stands where AWS says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List<T> {
    text: &'static str,
    of: PhantomData<T>,
}

impl<T: Item> List<T> {
    /// Reads them one after another.
    pub fn iter(self) -> Iter<T> {
        Iter { parts: (!self.text.is_empty()).then(|| self.text.split(T::BETWEEN)), of: PhantomData }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.iter().count()
    }
}

impl<T: Item + PartialEq> List<T> {
    /// Whether it is one of them.
    pub fn contains(self, wanted: T) -> bool {
        self.iter().any(|item| item == wanted)
    }
}

/// Reads a [`List`].
#[derive(Clone, Debug)]
pub struct Iter<T> {
    parts: Option<Split<'static, char>>,
    of: PhantomData<T>,
}

impl<T: Item> Iterator for Iter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.parts.as_mut()?.next().map(T::read_item)
    }
}

impl<T: Item> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = Iter<T>;

    fn into_iter(self) -> Iter<T> {
        self.iter()
    }
}
