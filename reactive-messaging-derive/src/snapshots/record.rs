const _: () = {
    use rm::__private as __rm;
    #[automatically_derived]
    #[allow(clippy::all, unused_mut, unused_variables, unreachable_code)]
    impl<T, const N: usize> __rm::FixedSize for Position<T, N>
    where
        T: Unit,
        [T; N]: __rm::FixedSize,
    {
        const SIZE: usize = 0 + __rm::fixed_size::<[T; N]>() + __rm::fixed_size::<u64>();
        #[inline]
        fn write_fixed(&self, __out: &mut [u8]) {
            let mut __fields = __rm::FieldsWriter::new(__out);
            let Self { 0: __field_0, 1: __field_1 } = self;
            __rm::fixed_size::<[T; N]>();
            __fields.put::<[T; N]>(__field_0);
            __rm::fixed_size::<u64>();
            __fields.put::<u64>(__field_1);
        }
        #[inline]
        fn read_fixed(__bytes: &[u8]) -> __rm::Result<Self, __rm::InvalidValue> {
            let mut __fields = __rm::FieldsReader::new(__bytes);
            __rm::Ok(Self {
                0: {
                    __rm::fixed_size::<[T; N]>();
                    __fields.take::<[T; N]>()?
                },
                1: {
                    __rm::fixed_size::<u64>();
                    __fields.take::<u64>()?
                },
            })
        }
    }
};
