const _: () = {
    use ::reactive_messaging::__private as __rm;
    #[automatically_derived]
    #[allow(clippy::all)]
    impl __rm::ReactiveProtocol for Quotes {
        type Wire = Fixed;
        const MAX_FRAME_LEN: __rm::Option<usize> = __rm::Option::Some(64);
    }
    const _: () = __rm::check_record_len::<Quotes>(64);
    #[automatically_derived]
    #[allow(clippy::all, unused_mut, unused_variables)]
    impl __rm::FixedSize for Quotes {
        const SIZE: usize = <u8 as __rm::FixedSize>::SIZE
            + __rm::longest(
                &[
                    0,
                    0 + __rm::fixed_size::<u32>() + __rm::fixed_size::<Price>(),
                    0 + __rm::fixed_size::<Price>() + __rm::fixed_size::<bool>(),
                ],
            );
        #[inline]
        fn write_fixed(&self, out: &mut [u8]) {
            let mut fields = __rm::FieldsWriter::new(out);
            match self {
                Self::Closed {} => {
                    fields.put(&0u8);
                }
                Self::Bid { 0: field_0, 1: field_1 } => {
                    fields.put(&1u8);
                    __rm::fixed_size::<u32>();
                    fields.put::<u32>(field_0);
                    __rm::fixed_size::<Price>();
                    fields.put::<Price>(field_1);
                }
                Self::Ask { price: field_0, firm: field_1 } => {
                    fields.put(&2u8);
                    __rm::fixed_size::<Price>();
                    fields.put::<Price>(field_0);
                    __rm::fixed_size::<bool>();
                    fields.put::<bool>(field_1);
                }
            }
        }
        #[inline]
        fn read_fixed(bytes: &[u8]) -> __rm::Result<Self, __rm::Invalid> {
            let mut fields = __rm::FieldsReader::new(bytes);
            match fields.take::<u8>()? {
                0u8 => __rm::Ok(Self::Closed {}),
                1u8 => {
                    __rm::Ok(Self::Bid {
                        0: {
                            __rm::fixed_size::<u32>();
                            fields.take::<u32>()?
                        },
                        1: {
                            __rm::fixed_size::<Price>();
                            fields.take::<Price>()?
                        },
                    })
                }
                2u8 => {
                    __rm::Ok(Self::Ask {
                        price: {
                            __rm::fixed_size::<Price>();
                            fields.take::<Price>()?
                        },
                        firm: {
                            __rm::fixed_size::<bool>();
                            fields.take::<bool>()?
                        },
                    })
                }
                _ => __rm::Err(__rm::Invalid::new(0, "no variant has this tag")),
            }
        }
    }
};
