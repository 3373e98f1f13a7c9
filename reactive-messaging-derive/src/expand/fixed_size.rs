//! `impl FixedSize for …`

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Fields, Member, Type, spanned::Spanned};

use super::{bounds::bounded, runtime::import};
use crate::model::{FixedType, Shape};

pub(crate) fn expand(fixed: &FixedType) -> TokenStream {
    let import = import(&fixed.krate);
    let implementation = implementation(fixed);
    quote! {
        const _: () = {
            #import
            #implementation
        };
    }
}

/// The `impl`, where the runtime is known as `__rm`.
pub(super) fn implementation(fixed: &FixedType) -> TokenStream {
    let ident = &fixed.ident;
    let (size, write, read) = match &fixed.shape {
        Shape::Struct(fields) => one(fields),
        Shape::Enum(variants) => many(variants),
    };
    let generics = bounded(&fixed.generics, fixed.fields(), &quote!(__rm::FixedSize));
    let (params, arguments, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        // there may be no fields, and a field may have no values
        #[allow(clippy::all, unused_mut, unused_variables, unreachable_code)]
        impl #params __rm::FixedSize for #ident #arguments #where_clause {
            const SIZE: usize = #size;

            #[inline]
            fn write_fixed(&self, __out: &mut [u8]) {
                let mut __fields = __rm::FieldsWriter::new(__out);
                #write
            }

            #[inline]
            fn read_fixed(__bytes: &[u8]) -> __rm::Result<Self, __rm::InvalidValue> {
                let mut __fields = __rm::FieldsReader::new(__bytes);
                #read
            }
        }
    }
}

/// Size, writing and reading of a struct.
fn one(fields: &Fields) -> (TokenStream, TokenStream, TokenStream) {
    let size = size(fields);
    let (pattern, puts, takes) = members(fields);
    let write = quote! {
        let Self #pattern = self;
        #puts
    };
    (size, write, quote!(__rm::Ok(Self #takes)))
}

/// Size, writing and reading of an enum.
fn many(variants: &[(Ident, Fields)]) -> (TokenStream, TokenStream, TokenStream) {
    let tag = Tag::of(variants.len());
    let (mut sizes, mut writes, mut reads) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (name, fields)) in variants.iter().enumerate() {
        let index = tag.value(index);
        let (pattern, puts, takes) = members(fields);
        sizes.push(size(fields));
        writes.push(quote!(Self::#name #pattern => { __fields.put(&#index); #puts }));
        reads.push(quote!(#index => __rm::Ok(Self::#name #takes),));
    }
    let tag = tag.ty();
    let size = quote!(<#tag as __rm::FixedSize>::SIZE + __rm::longest(&[#(#sizes),*]));
    let write = match variants.is_empty() {
        true => quote!(match *self {}),
        false => quote!(match self { #(#writes)* }),
    };
    let read = quote! {
        match __fields.take::<#tag>()? {
            #(#reads)*
            _ => __rm::Err(__rm::InvalidValue::new(0, "no variant has this tag")),
        }
    };
    (size, write, read)
}

/// Bytes of all fields.
///
/// `fixed_size::<T>()` stands first wherever a field is dealt with: of a type without a fixed size the
/// compiler says the same each time, and therefore says it once.
fn size(fields: &Fields) -> TokenStream {
    let sizes = fields.iter().map(|field| {
        let ty = &field.ty;
        quote!(__rm::fixed_size::<#ty>())
    });
    quote!(0 #(+ #sizes)*)
}

/// What takes the fields apart, what writes them, and what reads them.
fn members(fields: &Fields) -> (TokenStream, TokenStream, TokenStream) {
    let (mut pattern, mut puts, mut takes) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (field, member)) in fields.iter().zip(fields.members()).enumerate() {
        let ty = &field.ty;
        let name = binding(index, ty);
        let member = unspanned(member);
        pattern.push(quote!(#member: #name));
        puts.push(quote!(__rm::fixed_size::<#ty>(); __fields.put::<#ty>(#name);));
        takes.push(quote!(#member: { __rm::fixed_size::<#ty>(); __fields.take::<#ty>()? }));
    }
    (
        quote!({ #(#pattern),* }),
        quote!(#(#puts)*),
        quote!({ #(#takes),* }),
    )
}

fn binding(index: usize, ty: &Type) -> Ident {
    format_ident!(
        "__field_{index}",
        span = Span::mixed_site().located_at(ty.span())
    )
}

/// Tuples are taken apart by the numbers of their fields.
fn unspanned(member: Member) -> TokenStream {
    match member {
        Member::Named(name) => name.into_token_stream(),
        Member::Unnamed(index) => Literal::u32_unsuffixed(index.index).into_token_stream(),
    }
}

/// The smallest number that holds the position of a variant.
enum Tag {
    U8,
    U16,
    U32,
}

impl Tag {
    fn of(variants: usize) -> Self {
        match variants {
            0..=0x100 => Self::U8,
            0x101..=0x1_0000 => Self::U16,
            _ => Self::U32,
        }
    }

    fn ty(&self) -> TokenStream {
        match self {
            Self::U8 => quote!(u8),
            Self::U16 => quote!(u16),
            Self::U32 => quote!(u32),
        }
    }

    fn value(&self, index: usize) -> Literal {
        match self {
            Self::U8 => Literal::u8_suffixed(index as u8),
            Self::U16 => Literal::u16_suffixed(index as u16),
            Self::U32 => Literal::u32_suffixed(index as u32),
        }
    }
}
