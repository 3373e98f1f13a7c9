const _: () = {
    use rm::__private as __rm;
    #[automatically_derived]
    #[allow(clippy::all)]
    impl<T: Clone> __rm::ReactiveProtocol for ServerMessages<T>
    where
        T: Debug,
        Self: __rm::Send + 'static,
        wire::Json: __rm::Encode<Self> + __rm::Decode<Self>,
    {
        type Wire = wire::Json;
        const MAX_FRAME_LEN: __rm::Option<usize> = __rm::Option::Some(4 * 1024);
        fn error_message(__text: __rm::String) -> __rm::Option<Self> {
            __rm::Option::Some(Self::Error {
                text: __rm::From::from(__text),
            })
        }
        fn is_closing(&self) -> bool {
            __rm::matches!(self, Self::GoodBye | Self::Error { .. })
        }
    }
    const _: () = __rm::check_max_frame_len::<__rm::NoMessages>(4 * 1024);
};
