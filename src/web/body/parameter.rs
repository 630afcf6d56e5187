//! The value of a query's parameter: a text, which the wanted type makes a number or a yes or no of.

use std::borrow::Cow;

use serde::de::value::{CowStrDeserializer, MapDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};

use crate::web::body::invalid_value::{InvalidValue, ValueType};

/// Reads a query string, parameter by parameter.
pub(super) fn reader(text: &str) -> impl Deserializer<'_, Error = InvalidValue> {
    let parameters = form_urlencoded::parse(text.as_bytes());
    MapDeserializer::<_, InvalidValue>::new(parameters.map(|(name, value)| (name, Parameter(value))))
}

/// A parameter's value, decoded.
struct Parameter<'de>(Cow<'de, str>);

impl<'de> Parameter<'de> {
    fn text(self) -> CowStrDeserializer<'de, InvalidValue> {
        CowStrDeserializer::new(self.0)
    }
}

impl<'de> IntoDeserializer<'de, InvalidValue> for Parameter<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The methods of a deserializer for what is parsed from the text.
macro_rules! parsed {
    ($($wanted:ident: $($method:ident $visit:ident $type:ty),+;)+) => {$($(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidValue> {
            match self.0.parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(InvalidValue::WrongType(ValueType::$wanted)),
            }
        }
    )+)+};
}

impl<'de> Deserializer<'de> for Parameter<'de> {
    type Error = InvalidValue;

    parsed! {
        Bool: deserialize_bool visit_bool bool;
        Whole:
            deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
            deserialize_u64 visit_u64 u64, deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16,
            deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64;
        Number: deserialize_f32 visit_f32 f32, deserialize_f64 visit_f64 f64;
    }

    serde::forward_to_deserialize_any! {
        u128 i128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidValue> {
        self.text().deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidValue> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InvalidValue> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InvalidValue> {
        visitor.visit_enum(self.text())
    }
}
