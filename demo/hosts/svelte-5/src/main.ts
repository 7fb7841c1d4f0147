import { mount } from 'svelte';
import BankFeeds from './BankFeeds.svelte';
import './page.css';

const target = document.getElementById('app');
if (target) mount(BankFeeds, { target });
