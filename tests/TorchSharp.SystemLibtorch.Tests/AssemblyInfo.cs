// The tests count the process's live handles, so they run one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
