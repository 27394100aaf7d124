"""An LSTM that predicts numbers from sequences, trained by RMSprop."""

import sys

import parity_torch
import torch
from torch import nn


class SequenceModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 12, batch_first=True)
        self.head = nn.Linear(12, 3)

    def forward(self, x):
        output, _ = self.lstm(x)
        return self.head(output[:, -1])


torch.manual_seed(9)
model = SequenceModel()
criterion = nn.MSELoss()
optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-2, momentum=0.5)

with parity_torch.record(sys.argv[1], model, optimizer, criterion=criterion):
    for _ in range(4):
        sequences, following = torch.randn(6, 7, 5), torch.randn(6, 3)
        optimizer.zero_grad()
        loss = criterion(model(sequences), following)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        optimizer.step()
