const _: () = {
    use ::reactive_messaging::__private as __rm;
    #[automatically_derived]
    #[allow(clippy::all)]
    impl __rm::ReactiveProtocol for Quotes {
        type Wire = Fixed;
        const MAX_FRAME_LEN: __rm::Option<usize> = __rm::Option::Some(64);
    }
    const _: () = __rm::check_max_frame_len::<Quotes>(64);
    #[automatically_derived]
    #[allow(clippy::all, unused_mut, unused_variables, unreachable_code)]
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
        fn write_fixed(&self, __out: &mut [u8]) {
            let mut __fields = __rm::FieldsWriter::new(__out);
            match self {
                Self::Closed {} => {
                    __fields.put(&0u8);
                }
                Self::Bid { 0: __field_0, 1: __field_1 } => {
                    __fields.put(&1u8);
                    __rm::fixed_size::<u32>();
                    __fields.put::<u32>(__field_0);
                    __rm::fixed_size::<Price>();
                    __fields.put::<Price>(__field_1);
                }
                Self::Ask { price: __field_0, firm: __field_1 } => {
                    __fields.put(&2u8);
                    __rm::fixed_size::<Price>();
                    __fields.put::<Price>(__field_0);
                    __rm::fixed_size::<bool>();
                    __fields.put::<bool>(__field_1);
                }
            }
        }
        #[inline]
        fn read_fixed(__bytes: &[u8]) -> __rm::Result<Self, __rm::InvalidValue> {
            let mut __fields = __rm::FieldsReader::new(__bytes);
            match __fields.take::<u8>()? {
                0u8 => __rm::Ok(Self::Closed {}),
                1u8 => {
                    __rm::Ok(Self::Bid {
                        0: {
                            __rm::fixed_size::<u32>();
                            __fields.take::<u32>()?
                        },
                        1: {
                            __rm::fixed_size::<Price>();
                            __fields.take::<Price>()?
                        },
                    })
                }
                2u8 => {
                    __rm::Ok(Self::Ask {
                        price: {
                            __rm::fixed_size::<Price>();
                            __fields.take::<Price>()?
                        },
                        firm: {
                            __rm::fixed_size::<bool>();
                            __fields.take::<bool>()?
                        },
                    })
                }
                _ => __rm::Err(__rm::InvalidValue::new(0, "no variant has this tag")),
            }
        }
    }
};
