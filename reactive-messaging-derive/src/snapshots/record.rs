const _: () = {
    use rm::__private as __rm;
    #[automatically_derived]
    #[allow(clippy::all, unused_mut, unused_variables)]
    impl<T, const N: usize> __rm::FixedSize for Position<T, N>
    where
        T: Unit,
        [T; N]: __rm::FixedSize,
    {
        const SIZE: usize = 0 + __rm::fixed_size::<[T; N]>() + __rm::fixed_size::<u64>();
        #[inline]
        fn write_fixed(&self, out: &mut [u8]) {
            let mut fields = __rm::FieldsWriter::new(out);
            let Self { 0: field_0, 1: field_1 } = self;
            __rm::fixed_size::<[T; N]>();
            fields.put::<[T; N]>(field_0);
            __rm::fixed_size::<u64>();
            fields.put::<u64>(field_1);
        }
        #[inline]
        fn read_fixed(bytes: &[u8]) -> __rm::Result<Self, __rm::Invalid> {
            let mut fields = __rm::FieldsReader::new(bytes);
            __rm::Ok(Self {
                0: {
                    __rm::fixed_size::<[T; N]>();
                    fields.take::<[T; N]>()?
                },
                1: {
                    __rm::fixed_size::<u64>();
                    fields.take::<u64>()?
                },
            })
        }
    }
};
