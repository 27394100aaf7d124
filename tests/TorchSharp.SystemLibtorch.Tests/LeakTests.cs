using System.Runtime.InteropServices;

namespace TorchSharp.SystemLibtorch.Tests;

public class LeakTests
{
    [Fact]
    public void A_workload_frees_all_it_made()
    {
        Collect();
        var before = NativeHandles.Live;
        var tensors = Tensor.TotalCount;
        for (var i = 0; i < 20; i++)
            Work();
        Assert.Equal(before, NativeHandles.Live);
        Assert.Equal(tensors, Tensor.TotalCount);
    }

    [Fact]
    public void What_is_moved_out_of_a_scope_lives_on()
    {
        Collect();
        var before = NativeHandles.Live;
        Tensor outer, free;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                outer = tensor(1.0).MoveToOuterDisposeScope();
                free = tensor(2.0).DetachFromDisposeScope();
                Assert.Equal(0, CurrentDisposeScope!.DisposablesCount);
            }
            Assert.False(outer.IsInvalid);
            Assert.True(CurrentDisposeScope!.Contains(outer));
        }
        Assert.True(outer.IsInvalid);
        Assert.False(free.IsInvalid);
        free.Dispose();
        Assert.Null(CurrentDisposeScope);
        Assert.Equal(before, NativeHandles.Live);
    }

    [Fact]
    public void A_scope_frees_all_but_what_is_kept()
    {
        using var scope = NewDisposeScope();
        var kept = tensor(1.0);
        var lost = tensor(2.0);
        scope.DisposeEverythingBut(kept);
        Assert.Equal((false, true), (kept.IsInvalid, lost.IsInvalid));
        scope.Detach(kept, WrappedTensorDisposeScope(() => tensor(1.0) + 1).MoveToOuterDisposeScope());
        Assert.Equal(0, scope.DisposablesCount);
        kept.Dispose();
    }

    [Fact]
    public void Finalizers_free_what_nobody_disposed_of()
    {
        Collect();
        var before = NativeHandles.Live;
        Drop();
        Collect();
        Assert.Equal(before, NativeHandles.Live);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Drop()
        {
            for (var i = 0; i < 100; i++)
                GC.KeepAlive(tensor(1.0));
        }
    }

    /// <summary>More than a thread keeps of the blocks that tensors' numbers lie in, so that they pass from thread to thread and back.</summary>
    [Fact]
    public async Task Memory_freed_by_one_thread_and_used_by_another_holds_each_number_once()
    {
        const int Count = 10_000;
        var passed = new System.Collections.Concurrent.BlockingCollection<Tensor[]>(2);
        var freeing = Task.Run(() =>
        {
            var own = Made(-Count);
            foreach (var tensors in passed.GetConsumingEnumerable())
                Array.ForEach(tensors, t => t.Dispose());
            Free(own, -Count);
        });
        for (var round = 0; round < 5; round++)
        {
            var (kept, given) = (Made(round), Made(round + Count));
            passed.Add(given);
            Free(kept, round);
        }

        passed.CompleteAdding();
        await freeing;

        static Tensor[] Made(int first) => [.. Enumerable.Range(first, Count).Select(i => tensor((double)i, float64))];

        static void Free(Tensor[] tensors, int first)
        {
            Assert.Equal(Enumerable.Range(first, Count), tensors.Select(t => (int)t.item<double>()));
            Array.ForEach(tensors, t => t.Dispose());
        }
    }

    // Frees what earlier tests left to finalizers, so that counts change by the test's own doing.
    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static void Work()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Sequential(nn.Linear(2, 3, dtype: float64), nn.Tanh(), nn.Linear(3, 1, dtype: float64));
        using var optimizer = optim.Adam(model.parameters(), lr: 0.01);
        for (var step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            nn.functional.mse_loss(model.call(ones(4, 2, float64)), zeros(4, 1, float64)).backward();
            nn.utils.clip_grad_norm_(model.parameters(), 1);
            optimizer.step();
            Assert.Throws<ExternalException>(() => matmul(zeros(2, 3), zeros(2, 3)));
            foreach (var part in ones(3, 2).unbind())
                part.exp();
        }
    }
}
