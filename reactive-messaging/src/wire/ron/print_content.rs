//! Writes what is in brackets.

use serde::{
    Serialize,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

use super::{GaveUp, print::Printer};

/// What is written between commas in front of `CLOSE`.
pub(super) struct Items<'a, 'o, const CLOSE: u8> {
    printer: &'a mut Printer<'o>,
    first: bool,
}

impl<'a, 'o, const CLOSE: u8> Items<'a, 'o, CLOSE> {
    #[inline]
    pub(super) fn open(printer: &'a mut Printer<'o>, open: u8) -> Self {
        printer.out.push(open);
        Self {
            printer,
            first: true,
        }
    }

    #[inline]
    fn comma(&mut self) {
        if !self.first {
            self.printer.out.push(b',');
        }
        self.first = false;
    }

    #[inline]
    fn value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), GaveUp> {
        let written = self.printer.value(value);
        self.checked(written)
    }

    #[inline]
    fn field<T: ?Sized + Serialize>(&mut self, name: &str, value: &T) -> Result<(), GaveUp> {
        self.comma();
        let named = self.printer.identifier(name);
        self.checked(named)?;
        self.printer.out.push(b':');
        self.value(value)
    }

    #[inline]
    fn checked(&mut self, written: Result<(), GaveUp>) -> Result<(), GaveUp> {
        self.printer.gave_up |= written.is_err();
        written
    }

    #[inline]
    fn close(self) -> Result<(), GaveUp> {
        self.printer.out.push(CLOSE);
        Ok(())
    }
}

macro_rules! lists {
    ($($access:ident: $method:ident, $close:literal)*) => { $(
        impl $access for Items<'_, '_, $close> {
            type Ok = ();
            type Error = GaveUp;

            #[inline]
            fn $method<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), GaveUp> {
                self.comma();
                self.value(value)
            }

            #[inline]
            fn end(self) -> Result<(), GaveUp> {
                self.close()
            }
        }
    )* };
}

lists! {
    SerializeSeq: serialize_element, b']'
    SerializeTuple: serialize_element, b')'
    SerializeTupleStruct: serialize_field, b')'
    SerializeTupleVariant: serialize_field, b')'
}

macro_rules! structs {
    ($($access:ident)*) => { $(
        impl $access for Items<'_, '_, b')'> {
            type Ok = ();
            type Error = GaveUp;

            #[inline]
            fn serialize_field<T: ?Sized + Serialize>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), GaveUp> {
                self.field(name, value)
            }

            #[inline]
            fn end(self) -> Result<(), GaveUp> {
                self.close()
            }
        }
    )* };
}

structs! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Items<'_, '_, b'}'> {
    type Ok = ();
    type Error = GaveUp;

    #[inline]
    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), GaveUp> {
        self.comma();
        self.value(key)
    }

    #[inline]
    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), GaveUp> {
        self.printer.out.push(b':');
        self.value(value)
    }

    #[inline]
    fn end(self) -> Result<(), GaveUp> {
        self.close()
    }
}
