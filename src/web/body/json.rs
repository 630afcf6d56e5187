//! JSON as it was sent, and reading it into a type.
//!
//! `serde_json` says what does not fit by messages only, so it is used for the syntax: the value is parsed first, with every field of an
//! object in its place, and then read by a deserializer whose error is a [`InvalidValue`].

use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use crate::web::body::invalid_value::{InvalidValue, ValueType};

/// A value of JSON. An object keeps its fields in their order, the repeated ones as well.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A whole number from 0.
    Unsigned(u64),
    /// A whole number below 0.
    Negative(i64),
    /// Any other number.
    Float(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(Parser)
    }
}

struct Parser;

impl<'de> Visitor<'de> for Parser {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(u64::try_from(value).map_or(Json::Negative(value), Json::Unsigned))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(field) = fields.next_entry()? {
            object.push(field);
        }
        Ok(Json::Object(object))
    }
}

impl Json {
    fn is_a(&self, wanted: ValueType) -> bool {
        match wanted {
            ValueType::Text => matches!(self, Self::Text(_)),
            ValueType::Bool => matches!(self, Self::Bool(_)),
            ValueType::Whole => matches!(self, Self::Unsigned(_) | Self::Negative(_)),
            ValueType::Number => matches!(self, Self::Unsigned(_) | Self::Negative(_) | Self::Float(_)),
            ValueType::List => matches!(self, Self::List(_)),
            ValueType::Object => matches!(self, Self::Object(_)),
        }
    }

    /// Reads a value that must be of this type.
    fn read<'de, V: Visitor<'de>>(
        &'de self,
        wanted: ValueType,
        visitor: V,
    ) -> Result<V::Value, InvalidValue> {
        if !self.is_a(wanted) {
            return Err(InvalidValue::WrongType(wanted));
        }
        let read = self.deserialize_any(visitor);
        match wanted {
            // The visitor of a number refuses one thing only: what is out of its range.
            ValueType::Whole => read.map_err(|_| InvalidValue::WrongType(wanted)),
            _ => read,
        }
    }
}

impl<'de> IntoDeserializer<'de, InvalidValue> for &'de Json {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The methods of a deserializer for values of one type each.
macro_rules! typed {
    ($($wanted:ident: $($method:ident)+;)+) => {$($(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidValue> {
            self.read(ValueType::$wanted, visitor)
        }
    )+)+};
}

impl<'de> Deserializer<'de> for &'de Json {
    type Error = InvalidValue;

    typed! {
        Text: deserialize_str deserialize_string deserialize_char;
        Bool: deserialize_bool;
        Whole: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
            deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128;
        Number: deserialize_f32 deserialize_f64;
        List: deserialize_seq;
        Object: deserialize_map;
    }

    serde::forward_to_deserialize_any! { bytes byte_buf unit unit_struct identifier ignored_any }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidValue> {
        match self {
            Json::Null => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(*value),
            Json::Unsigned(value) => visitor.visit_u64(*value),
            Json::Negative(value) => visitor.visit_i64(*value),
            Json::Float(value) => visitor.visit_f64(*value),
            Json::Text(value) => visitor.visit_borrowed_str(value),
            Json::List(items) => {
                let mut items = SeqDeserializer::<_, InvalidValue>::new(items.iter());
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Json::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.as_str(), value));
                let mut fields = MapDeserializer::<_, InvalidValue>::new(fields);
                let value = visitor.visit_map(&mut fields)?;
                fields.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidValue> {
        match self {
            Json::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InvalidValue> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, InvalidValue> {
        self.read(ValueType::List, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, InvalidValue> {
        self.read(ValueType::List, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InvalidValue> {
        self.read(ValueType::Object, visitor)
    }

    /// An enum is one of its words; none of the API's carries data.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InvalidValue> {
        match self {
            Json::Text(word) => visitor.visit_enum(BorrowedStrDeserializer::new(word)),
            _ => Err(InvalidValue::NotOneOf(words)),
        }
    }
}
