const _: () = {
    use ::reactive_messaging::__private as __rm;
    #[automatically_derived]
    #[allow(clippy::all)]
    impl<T: Item> __rm::ReactiveProtocol for Orders<T>
    where
        Self: __rm::Send + 'static,
        __rm::DefaultWire: __rm::Encode<Self> + __rm::Decode<Self>,
    {
        type Wire = __rm::DefaultWire;
        fn is_closing(&self) -> bool {
            __rm::matches!(self, Self::Leave)
        }
    }
    #[automatically_derived]
    #[allow(clippy::all)]
    impl<T: Item> __rm::ViewProtocol for Orders<T>
    where
        T: __rm::Archive,
        Self: __rm::ReactiveProtocol,
    {
        fn is_closing_view(__archived: &<Self as __rm::Archive>::Archived) -> bool {
            #[allow(type_alias_bounds)]
            type __Archived<T: Item> = <Orders<T> as __rm::Archive>::Archived;
            __rm::matches!(__archived, __Archived::Leave)
        }
    }
};
