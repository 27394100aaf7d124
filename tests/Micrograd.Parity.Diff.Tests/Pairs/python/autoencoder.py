"""An autoencoder of small pictures, trained by Adam with L2."""

import sys

import parity_torch
import torch
import torch.nn.functional as F
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 8))
        self.decoder = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 12), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


torch.manual_seed(10)
pictures = torch.rand(40, 12)
model = Autoencoder()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-3)

with parity_torch.record(sys.argv[1], model, optimizer) as run:
    for batch in pictures.split(10):
        loss = F.mse_loss(model(batch), batch)
        run.targets(batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
